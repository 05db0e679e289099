package dev.ocean.operator.pass;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Which updates of a CR are worth a pass: specification, deletion, finalizers, our annotations; not our own status. */
public final class SignificantChange<P extends HasMetadata> implements OnUpdateFilter<P> {

    private static final String OURS = "ocean.dev/";

    @Override
    public boolean accept(P now, P before) {
        var is = now.getMetadata();
        var was = before.getMetadata();
        return !Objects.equals(is.getGeneration(), was.getGeneration())
                || !Objects.equals(is.getDeletionTimestamp(), was.getDeletionTimestamp())
                || !Objects.equals(is.getFinalizers(), was.getFinalizers())
                || !ours(is.getAnnotations()).equals(ours(was.getAnnotations()));
    }

    private static Map<String, String> ours(Map<String, String> annotations) {
        var ours = new TreeMap<String, String>();
        if (annotations != null) {
            annotations.forEach((key, value) -> {
                if (key.startsWith(OURS)) {
                    ours.put(key, value);
                }
            });
        }
        return ours;
    }
}
