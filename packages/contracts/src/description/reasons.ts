/** Why a key is refused, in words that several keys share. */
export const NOT_YET = 'not offered yet by this version';
export const NO_CONTAINERS = 'this installation has no container engine; use a built-in processor';
export const NO_CLOUD = 'this installation is not part of a cloud account; remove the key';
export const NO_GPU = 'this machine has no GPU the processors could use; set it to 0';
export const ONE_MACHINE =
  'this installation is one machine without resource groups or quotas; remove the key';
export const ONE_GATEWAY = 'this installation has one gateway for all services; remove the key';
export const NOT_PUBLIC = 'its meaning is not public; remove the key';
export const STANDARD_ONLY = 'only Standard services are offered by this version';
