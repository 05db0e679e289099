package dev.ocean.operator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the environment says; read once at start.
 *
 * @param namespace where our lease is
 * @param identity of this process in the lease and in events
 * @param watchNamespaces empty for all
 * @param installationId in the marks; empty for the UID of namespace kube-system
 * @param managementPort of health and metrics
 * @param rotationOverlap how long a login that a rotation replaced goes on
 * @param terminationPatience how long a namespace that is being deleted waits for a server that is away
 */
public record OperatorConfig(
        String namespace,
        String identity,
        Set<String> watchNamespaces,
        Optional<String> installationId,
        int managementPort,
        Duration rotationOverlap,
        Duration terminationPatience) {

    public static final String NAMESPACE = "OCEAN_NAMESPACE";
    public static final String POD_NAME = "OCEAN_POD_NAME";
    public static final String WATCH_NAMESPACES = "OCEAN_WATCH_NAMESPACES";
    public static final String INSTALLATION_ID = "OCEAN_INSTALLATION_ID";
    public static final String MANAGEMENT_PORT = "OCEAN_MANAGEMENT_PORT";
    public static final String ROTATION_OVERLAP_SECONDS = "OCEAN_ROTATION_OVERLAP_SECONDS";

    public static final String TERMINATION_PATIENCE_SECONDS = "OCEAN_TERMINATION_PATIENCE_SECONDS";

    /** Read by the logging configuration itself. */
    public static final String LOG_LEVEL = "OCEAN_LOG_LEVEL";

    /** Read by the logging configuration itself. */
    public static final String LOG_FORMAT = "OCEAN_LOG_FORMAT";

    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** The characters that a mark can hold, without the slash of names in it. */
    private static final Pattern INSTALLATION = Pattern.compile("[A-Za-z0-9.-]{1,63}");

    private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug", "trace");
    private static final Set<String> FORMATS = Set.of("json", "text");

    public OperatorConfig {
        watchNamespaces = Set.copyOf(watchNamespaces);
    }

    /** All that is wrong with the environment, one line each. */
    public static final class Invalid extends Exception {

        private Invalid(List<String> errors) {
            super(String.join("\n", errors));
        }
    }

    /** @throws Invalid with every error, not the first alone */
    public static OperatorConfig parse(Map<String, String> environment) throws Invalid {
        var reader = new Reader(environment);
        reader.oneOf(LOG_LEVEL, LEVELS);
        reader.oneOf(LOG_FORMAT, FORMATS);
        var config = new OperatorConfig(
                reader.text(NAMESPACE, "ocean-system", DNS_LABEL, "the name of a namespace"),
                reader.text(POD_NAME, "local", Pattern.compile("[a-z0-9.-]{1,253}"), "the name of a pod"),
                reader.names(WATCH_NAMESPACES),
                Optional.of(reader.text(INSTALLATION_ID, "", INSTALLATION, "1 to 63 letters, digits, '.' and '-'"))
                        .filter(Predicate.not(String::isEmpty)),
                reader.number(MANAGEMENT_PORT, 8080, 65_535),
                Duration.ofSeconds(reader.number(ROTATION_OVERLAP_SECONDS, 86_400, 31_536_000)),
                Duration.ofSeconds(reader.number(TERMINATION_PATIENCE_SECONDS, 120, 86_400)));
        if (!reader.errors.isEmpty()) {
            throw new Invalid(reader.errors);
        }
        return config;
    }

    /** Collects what is wrong while it reads. */
    private static final class Reader {

        private final Map<String, String> environment;
        private final List<String> errors = new ArrayList<>();

        Reader(Map<String, String> environment) {
            this.environment = environment;
        }

        String text(String key, String otherwise, Pattern pattern, String allowed) {
            var value = environment.getOrDefault(key, "");
            if (value.isEmpty()) {
                return otherwise;
            }
            if (!pattern.matcher(value).matches()) {
                errors.add(key + " must be " + allowed + ", not '" + value + "'");
            }
            return value;
        }

        Set<String> names(String key) {
            var names = Arrays.stream(environment.getOrDefault(key, "").split(",", -1))
                    .map(String::strip)
                    .filter(Predicate.not(String::isEmpty))
                    .collect(Collectors.toSet());
            names.stream()
                    .filter(name -> !DNS_LABEL.matcher(name).matches())
                    .sorted()
                    .forEach(name -> errors.add(
                            key + " must be names of namespaces, separated by commas; '" + name + "' is none"));
            return names;
        }

        void oneOf(String key, Set<String> allowed) {
            var value = environment.getOrDefault(key, "");
            if (!value.isEmpty() && !allowed.contains(value)) {
                errors.add(key + " must be one of " + allowed.stream().sorted().collect(Collectors.joining(", "))
                        + ", not '" + value + "'");
            }
        }

        int number(String key, int otherwise, int most) {
            var value = environment.getOrDefault(key, "");
            if (value.isEmpty()) {
                return otherwise;
            }
            if (!value.matches("[0-9]{1,9}") || Integer.parseInt(value) > most) {
                errors.add(key + " must be a whole number from 0 to " + most + ", not '" + value + "'");
                return otherwise;
            }
            return Integer.parseInt(value);
        }
    }
}
