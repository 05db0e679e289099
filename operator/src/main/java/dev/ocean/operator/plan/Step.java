package dev.ocean.operator.plan;

import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.Sighting;
import dev.ocean.operator.postgres.SqlStatement;
import dev.ocean.operator.postgres.TenantLogin;
import dev.ocean.operator.tenancy.ServerStep;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One atomic effect as a value: one transaction, one API write, one login. SQL and Kubernetes steps share one plan, because their order is the decision. The text
 * form names kind and object, never a value.
 */
public sealed interface Step {

    record Sql(ServerStep step) implements Step {
        @Override
        public String toString() {
            return step.getClass().getSimpleName() + " "
                    + step.names().database().value();
        }
    }

    /** Makes an object, exclusively: one that exists ends the turn, and the next one reads the winner. A Job comes after the NetworkPolicy of its pod. */
    record Create(HasMetadata object) implements Step {
        @Override
        public String toString() {
            return "Create " + object.getKind() + " " + object.getMetadata().getName();
        }
    }

    /** Makes a Job that removes data. As a DROP, it needs the proof that this very object is being deleted. */
    record Discard(Job job) implements Step {
        @Override
        public String toString() {
            return "Discard " + job.getMetadata().getName();
        }
    }

    /** @param patch a JSON merge patch with the UID and resource version that were seen, so that what changed meanwhile is not overwritten */
    record Patch(ObjectName target, Map<String, Object> patch) implements Step {
        @Override
        public String toString() {
            return "Patch " + target;
        }
    }

    record Delete(ObjectName target, Sighting sighting) implements Step {

        /** @param uid of the object that was seen: a successor of the same name stays */
        public Delete(ObjectName target, String uid) {
            this(target, new Sighting(uid, Optional.empty()));
        }

        @Override
        public String toString() {
            return "Delete " + target;
        }
    }

    /**
     * Makes things as a tenant, with what the Secret holds. Where it does not get in the turn ends there: what comes after needs them.
     *
     * @param furniture in this order; may be repeated
     */
    record Furnish(TenantLogin login, List<SqlStatement> furniture) implements Step {
        public Furnish {
            furniture = List.copyOf(furniture);
        }

        @Override
        public String toString() {
            return "Furnish " + login.database().value();
        }
    }

    /**
     * Logs in as a tenant with what the Secret holds; the outcome is kept in {@link LoginProofs}.
     *
     * @param fingerprint of all that the proof is about: another one needs another login
     * @param furniture what the login makes first, in this order; may be repeated
     */
    record Probe(TenantLogin login, String fingerprint, List<SqlStatement> furniture) implements Step {
        public Probe {
            furniture = List.copyOf(furniture);
        }

        @Override
        public String toString() {
            return "Probe " + login.username().value();
        }
    }
}
