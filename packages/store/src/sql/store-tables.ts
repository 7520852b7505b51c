import type { StoreReader, StoreTransaction } from '../port.js';
import { accountReader, accountWriter } from './accounts.js';
import { auditReader, auditWriter } from './audit.js';
import type { ReadContext, WriteContext } from './context.js';
import { eventReader, eventWriter } from './events.js';
import { instanceReader, instanceWriter } from './instances.js';
import { nonceWriter } from './nonces.js';
import { receiptReader, receiptWriter } from './receipts.js';
import { rolloutReader, rolloutWriter } from './rollouts.js';
import { serviceGroupReader, serviceGroupWriter } from './service-groups.js';
import { serviceReader, serviceWriter } from './services.js';
import { versionReader, versionWriter } from './versions.js';

export function storeReader(context: ReadContext): StoreReader {
  return {
    services: serviceReader(context),
    versions: versionReader(context),
    instances: instanceReader(context),
    events: eventReader(context),
    audit: auditReader(context),
    receipts: receiptReader(context),
    rollouts: rolloutReader(context),
    serviceGroups: serviceGroupReader(context),
    accounts: accountReader(context),
  };
}

export function storeTransaction(context: WriteContext): StoreTransaction {
  const read = storeReader(context);
  return {
    services: { ...read.services, ...serviceWriter(context) },
    versions: { ...read.versions, ...versionWriter(context) },
    instances: { ...read.instances, ...instanceWriter(context) },
    events: { ...read.events, ...eventWriter(context) },
    audit: { ...read.audit, ...auditWriter(context) },
    receipts: { ...read.receipts, ...receiptWriter(context) },
    rollouts: { ...read.rollouts, ...rolloutWriter(context) },
    serviceGroups: { ...read.serviceGroups, ...serviceGroupWriter(context) },
    accounts: { ...read.accounts, ...accountWriter(context) },
    nonces: nonceWriter(context),
  };
}
