#!/usr/bin/env node
import { eascmd } from '../dist/programs/eascmd.js';

process.exitCode = await eascmd(process.argv.slice(2));
