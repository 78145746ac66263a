export { Duration } from 'cdk8s';
