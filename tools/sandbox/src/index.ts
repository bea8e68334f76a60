export { exampleNode, exampleService, exampleServiceFile, exampleSlb } from './example.ts';
