/**
 * A node for the sandbox's control plane: a client of the API that does what a kubelet does, as far as Jobs need it, with local
 * processes in the place of containers and directories in the place of volumes. What it does not know it refuses.
 */
@NullMarked
package dev.ocean.sandbox.node;

import org.jspecify.annotations.NullMarked;
