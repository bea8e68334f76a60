/**
 * Makes `instanceof` hold across two installed copies of this package: the class is recognized by a
 * mark that every copy shares, not by its identity. Subclasses made elsewhere keep the ordinary
 * `instanceof` for themselves and count as the marked class.
 *
 * @param type the class, branded once from its static block.
 * @param name the mark's name; the same in every copy and version.
 */
export function brand(type: abstract new (...args: never[]) => object, name: string): void {
  const mark = Symbol.for(`@k8s-ccm/cloud-provider/${name}`);
  Object.defineProperty(type.prototype, mark, { value: true });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, candidate: unknown): boolean {
      // A static method is inherited: without this check every marked error would be an instance of every subclass.
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this, candidate);
      return typeof candidate === 'object' && candidate !== null && mark in candidate;
    },
  });
}
