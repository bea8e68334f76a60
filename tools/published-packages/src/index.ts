export { packPackages } from './pack-packages.ts';
export { publishedPackages } from './manifest/published-package.ts';
export type { PackageEntry, PublishedPackage } from './manifest/published-package.ts';
