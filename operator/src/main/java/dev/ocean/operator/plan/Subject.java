package dev.ocean.operator.plan;

import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.ServerKey;

/**
 * The CR that a pass is about, as far as the executor must know it.
 *
 * @param server where its steps run
 */
public record Subject(ObjectName name, ObjectId id, ServerKey server) {}
