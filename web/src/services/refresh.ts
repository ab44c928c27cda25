/** Services come and go, and queues fill, without an event that says so: the pages look again. */
export const LOOK_AGAIN_MS = 5_000;
