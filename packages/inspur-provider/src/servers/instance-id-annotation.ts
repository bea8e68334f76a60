/** The Node annotation with the ID of the Node's ECS server, for a Node without a provider ID. inspur.md §5. */
export const instanceIdAnnotation = 'node.beta.kubernetes.io/instance-id';
