/** The layer of an OCI artifact that is a chart's archive; beside it there may be one with its provenance. */
export const CHART_LAYER = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
