export { packPackages } from './pack-packages.ts';
export { publishedPackages } from './published-package.ts';
export type { PackageEntry, PublishedPackage } from './published-package.ts';
