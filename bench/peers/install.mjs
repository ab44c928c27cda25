/** Installs what the benchmarks are measured against, unless it is there. Ends with 1 if it cannot, without a network for example. */
import { ensurePeersInstalled, main } from '../../scripts/bootstrap.mjs';

await main(ensurePeersInstalled);
