/** Names the file descriptor at which a watch listens to the synth it started. */
export const REPORT_FD = 'FAIRLEAD_WATCH_FD';
