/* Objects of the cluster as far as tests look at them, and what makes a test's own differ from the plain one. */

/** An Event, as far as tests look at it. */
export interface ServiceEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

/** A Service, as far as tests look at it. */
export interface ServiceObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly finalizers?: readonly string[];
  };
  readonly spec: {
    readonly type: string;
    readonly ports: readonly { readonly port: number; readonly nodePort?: number }[];
  };
  readonly status: {
    readonly loadBalancer: { readonly ingress?: readonly { readonly ip: string }[] };
  };
}

/** A Node, as far as tests look at it. */
export interface NodeObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly providerID?: string;
    readonly taints?: readonly { readonly key: string; readonly effect: string }[];
  };
  readonly status: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** A port of a test's Service. */
export interface PortSpec {
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP';
}

/** What a test's Service differs in from the plain one. */
export interface ServiceSpec {
  readonly slbId?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ports?: readonly PortSpec[];
  readonly spec?: object;
}

/** What a test's Node differs in from the plain one. */
export interface NodeSpec {
  readonly podCIDR?: string;
  readonly providerID?: string;
  /** With the taint that a kubelet sets until the node is initialized. Default false. */
  readonly uninitialized?: boolean;
  readonly ip?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
