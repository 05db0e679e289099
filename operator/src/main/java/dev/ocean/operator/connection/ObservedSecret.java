package dev.ocean.operator.connection;

import dev.ocean.operator.naming.Annotations;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.Password;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import static java.nio.charset.StandardCharsets.UTF_8;

/** The Secret under our name, as the API server has it now. */
public sealed interface ObservedSecret {

    record Absent() implements ObservedSecret {}

    /** Somebody else's: its values are never looked at. */
    record Foreign() implements ObservedSecret {}

    /** Of a predecessor that is gone: garbage collection takes it. */
    record Releasing() implements ObservedSecret {}

    /**
     * Ours.
     *
     * @param values decoded; a value that is no text is as good as none
     */
    record Ours(
            String uid,
            String resourceVersion,
            Map<String, String> values,
            Map<String, String> labels,
            Map<String, String> annotations)
            implements ObservedSecret {
        public Ours {
            values = Map.copyOf(values);
            labels = Map.copyOf(labels);
            annotations = Map.copyOf(annotations);
        }

        /** The login that applications use; empty where somebody made it unusable. */
        public Optional<Credentials> credentials() {
            return login(ConnectionSecret.USERNAME, ConnectionSecret.PASSWORD);
        }

        /** The login that a rotation is bringing in. */
        public Optional<Credentials> next() {
            return login(ConnectionSecret.NEXT_USERNAME, ConnectionSecret.NEXT_PASSWORD);
        }

        private Optional<Credentials> login(String username, String password) {
            var secret = values.get(password);
            var name = values.get(username);
            if (secret == null || name == null || !ConnectionSecret.isUsable(secret)) {
                return Optional.empty();
            }
            return Optional.of(new Credentials(name, Password.of(secret)));
        }

        /** Whether somebody wrote another password into it: we write it under two keys, alike. */
        public boolean isPasswordEdited() {
            return !Objects.equals(values.get(ConnectionSecret.PASSWORD), values.get(ConnectionSecret.PGPASSWORD));
        }

        /** When its password was made; empty where somebody made that unreadable. */
        public Optional<Instant> passwordTime() {
            try {
                return Optional.of(Instant.parse(annotations.getOrDefault(Annotations.PASSWORD_TIME, "")));
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        }

        /** Never the values. */
        @Override
        public String toString() {
            return "Ours[" + uid + "]";
        }
    }

    static ObservedSecret of(Optional<Secret> found, ObjectId owner) {
        if (found.isEmpty()) {
            return new Absent();
        }
        var secret = found.get();
        var references = secret.getMetadata().getOwnerReferences();
        if (references.stream().anyMatch(reference -> owner.uid().equals(reference.getUid()))) {
            return ours(secret);
        }
        return references.stream().anyMatch(reference -> isPredecessor(reference, owner))
                ? new Releasing()
                : new Foreign();
    }

    /** One name holds one object at a time, so an owner of our kind and name with another UID is gone. */
    private static boolean isPredecessor(OwnerReference reference, ObjectId owner) {
        return reference.getApiVersion().startsWith("ocean.dev/")
                && reference.getKind().equals(owner.kind())
                && reference.getName().equals(owner.name());
    }

    private static Ours ours(Secret secret) {
        var data = Objects.requireNonNullElse(secret.getData(), Map.<String, String>of());
        var values = new java.util.HashMap<String, String>();
        data.forEach(
                (key, encoded) -> values.put(key, new String(Base64.getDecoder().decode(encoded), UTF_8)));
        var metadata = secret.getMetadata();
        return new Ours(
                metadata.getUid(),
                metadata.getResourceVersion(),
                values,
                Objects.requireNonNullElse(metadata.getLabels(), Map.of()),
                Objects.requireNonNullElse(metadata.getAnnotations(), Map.of()));
    }
}
