package dev.ocean.sandbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.ocean.sandbox.process.ProcessFailure;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the demo goes on with after the first login. */
record Tale(List<Step> steps) {

    /** What a user or the application does, and what comes of it. */
    sealed interface Step {

        /** @param expected empty: nothing is waited for */
        record Apply(GenericKubernetesResource object, Optional<Expectation> expected) implements Step {}

        /** @param gives the first value that comes back, or how many rows were written */
        record Sql(String text, String gives) implements Step {}
    }

    /**
     * What an object comes to.
     *
     * @param condition that is True
     * @param reason of the condition; empty for any
     */
    record Expectation(String condition, Optional<String> reason) {

        static Expectation of(String condition) {
            return new Expectation(condition, Optional.empty());
        }
    }

    Tale {
        steps = List.copyOf(steps);
    }

    /** Reads a file with a list of steps. */
    static Tale read(Path file, KubernetesSerialization yaml) {
        try (var stream = Files.newInputStream(file)) {
            return new Tale(yaml.unmarshal(stream, new TypeReference<List<Line>>() {}).stream()
                    .map(Line::step)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read tale \"" + file + "\"", e);
        }
    }

    /** A step as it is written. */
    private record Line(
            @JsonProperty @Nullable GenericKubernetesResource apply,
            @JsonProperty @Nullable String until,
            @JsonProperty @Nullable String because,
            @JsonProperty @Nullable String sql,
            @JsonProperty @Nullable String gives) {

        Step step() {
            if (apply != null) {
                return new Step.Apply(
                        apply,
                        Optional.ofNullable(until)
                                .map(condition -> new Expectation(condition, Optional.ofNullable(because))));
            }
            if (sql != null && gives != null) {
                return new Step.Sql(sql, gives);
            }
            throw new ProcessFailure("cannot tell a step that has neither \"apply\" nor \"sql\" and \"gives\"");
        }
    }
}
