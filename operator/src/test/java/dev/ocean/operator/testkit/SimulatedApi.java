package dev.ocean.operator.testkit;

import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.kube.Sighting;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An API server for one kind of test: exclusive create, merge patch with preconditions, delete by UID, garbage collection by owner. Objects go in and out as copies. */
public final class SimulatedApi implements ObjectStore {

    private static final String CREATED = "2026-11-22T09:59:30Z";

    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    private final Map<String, HasMetadata> objects = new TreeMap<>();
    private final Boundaries boundaries;
    private final Deque<Problem> failures = new ArrayDeque<>();
    private int version = 100;
    private int uids;

    SimulatedApi(Boundaries boundaries) {
        this.boundaries = boundaries;
    }

    void takeOver(SimulatedApi other) {
        objects.clear();
        other.objects.forEach((name, object) -> objects.put(name, copy(object)));
        version = other.version;
        uids = other.uids;
    }

    /** The next write fails with this and has no effect. */
    public void failNext(Problem problem) {
        failures.add(problem);
    }

    @Override
    public Optional<HasMetadata> read(ObjectName name) {
        return Optional.ofNullable(objects.get(name.toString())).map(SimulatedApi::copy);
    }

    /** Whether somebody deletes the definition of our kinds. */
    public boolean definitionGoing;

    @Override
    public boolean isDefinitionGoing(Class<? extends HasMetadata> type) {
        return definitionGoing;
    }

    @Override
    public <T extends HasMetadata> List<T> list(Class<T> type, String namespace) {
        return list(type, namespace, Map.of());
    }

    @Override
    public <T extends HasMetadata> List<T> list(Class<T> type, String namespace, Map<String, String> labels) {
        return objects.values().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(object -> namespace.equals(object.getMetadata().getNamespace()))
                .filter(object -> Objects.requireNonNullElse(
                                object.getMetadata().getLabels(), Map.of())
                        .entrySet()
                        .containsAll(labels.entrySet()))
                .map(SimulatedApi::copy)
                .toList();
    }

    @Override
    public <T extends HasMetadata> List<T> listAll(Class<T> type) {
        return objects.values().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .map(SimulatedApi::copy)
                .toList();
    }

    @Override
    public void create(HasMetadata object) {
        var name = name(object);
        effect("create of " + name, () -> {
            if (objects.containsKey(name.toString())) {
                throw conflict(name + " exists");
            }
            store(object);
        });
    }

    @Override
    public void patch(ObjectName name, Map<String, Object> patch) {
        effect("patch of " + name, () -> {
            var old = objects.get(name.toString());
            if (old == null) {
                throw conflict(name + " is gone");
            }
            var wanted = metadata(patch);
            if (differs(wanted.get("uid"), old.getMetadata().getUid())
                    || differs(wanted.get("resourceVersion"), old.getMetadata().getResourceVersion())) {
                throw conflict(name + " changed");
            }
            var merged = merged(asMap(old), patch);
            if (!merged.equals(asMap(old))) {
                put(JSON.convertValue(merged, old.getClass()));
            }
        });
    }

    @Override
    public void delete(ObjectName name, Sighting sighting) {
        effect("delete of " + name, () -> {
            var old = objects.get(name.toString());
            if (old != null && !sighting.uid().equals(old.getMetadata().getUid())) {
                throw conflict(name + " is another one");
            }
            if (old != null
                    && differs(
                            sighting.resourceVersion().orElse(null),
                            old.getMetadata().getResourceVersion())) {
                throw conflict(name + " changed");
            }
            remove(name);
        });
    }

    /** As a user writes it, or the framework: no boundary, no precondition; UID, version and a time of creation are given where they are missing. */
    public HasMetadata store(HasMetadata object) {
        var stored = copy(object);
        if (stored.getMetadata().getUid() == null) {
            stored.getMetadata().setUid("%08x-0000-4000-8000-000000000000".formatted(++uids));
        }
        if (stored.getMetadata().getCreationTimestamp() == null) {
            stored.getMetadata().setCreationTimestamp(CREATED);
        }
        return put(stored);
    }

    /** As by a user; what it owns is collected. */
    public void remove(ObjectName name) {
        var gone = objects.remove(name.toString());
        if (gone != null) {
            objects.values().removeIf(object -> object.getMetadata().getOwnerReferences().stream()
                    .anyMatch(owner -> owner.getUid().equals(gone.getMetadata().getUid())));
        }
    }

    /** By name, as YAML would show them. */
    public Map<String, HasMetadata> objects() {
        return Map.copyOf(objects);
    }

    private HasMetadata put(HasMetadata object) {
        object.getMetadata().setResourceVersion(Integer.toString(++version));
        objects.put(name(object).toString(), object);
        return copy(object);
    }

    private void effect(String what, Runnable write) {
        boundaries.pass("before " + what);
        var failure = failures.poll();
        if (failure != null) {
            throw new Blocked(failure);
        }
        write.run();
        boundaries.pass("after " + what);
    }

    private static ObjectName name(HasMetadata object) {
        return new ObjectName(
                object.getClass(),
                Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""),
                object.getMetadata().getName());
    }

    private static boolean differs(@Nullable Object wanted, String is) {
        return wanted != null && !wanted.equals(is);
    }

    private static Blocked conflict(String why) {
        return Blocked.by(ProblemKind.CONFLICT, Reason.STALE_READ, why);
    }

    private static Map<?, ?> metadata(Map<String, Object> patch) {
        return patch.get("metadata") instanceof Map<?, ?> metadata ? metadata : Map.of();
    }

    @SuppressWarnings("unchecked") // JSON objects have text keys.
    private static Map<String, @Nullable Object> asMap(HasMetadata object) {
        return JSON.convertValue(object, Map.class);
    }

    /** RFC 7386. */
    private static Map<String, @Nullable Object> merged(Map<String, @Nullable Object> target, Map<?, ?> patch) {
        var result = new LinkedHashMap<String, @Nullable Object>(target);
        patch.forEach((key, value) -> {
            var name = Objects.toString(key);
            if (value == null) {
                result.remove(name);
            } else if (value instanceof Map<?, ?> inner) {
                result.put(name, merged(innerMap(result.get(name)), inner));
            } else {
                result.put(name, value);
            }
        });
        return result;
    }

    @SuppressWarnings("unchecked") // JSON objects have text keys.
    private static Map<String, @Nullable Object> innerMap(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }

    @SuppressWarnings("unchecked") // A copy is of its original's class.
    private static <T extends HasMetadata> T copy(T object) {
        return (T) JSON.convertValue(object, object.getClass());
    }
}
