/** The Node annotation with the ID of the Node's ECS server, for a Node without a provider ID. See inspur-api.md#the-go-program. */
export const instanceIdAnnotation = 'node.beta.kubernetes.io/instance-id';
