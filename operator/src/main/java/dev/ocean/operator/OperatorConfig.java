package dev.ocean.operator;

import dev.ocean.operator.dump.ToolSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
 * @param tools settings of the Jobs that carry data
 */
public record OperatorConfig(
        String namespace,
        String identity,
        Set<String> watchNamespaces,
        Optional<String> installationId,
        int managementPort,
        Duration rotationOverlap,
        Duration terminationPatience,
        ToolSettings tools) {

    public static final String NAMESPACE = "OCEAN_NAMESPACE";
    public static final String POD_NAME = "OCEAN_POD_NAME";
    public static final String WATCH_NAMESPACES = "OCEAN_WATCH_NAMESPACES";
    public static final String INSTALLATION_ID = "OCEAN_INSTALLATION_ID";
    public static final String MANAGEMENT_PORT = "OCEAN_MANAGEMENT_PORT";
    public static final String ROTATION_OVERLAP_SECONDS = "OCEAN_ROTATION_OVERLAP_SECONDS";

    public static final String TERMINATION_PATIENCE_SECONDS = "OCEAN_TERMINATION_PATIENCE_SECONDS";

    /** Images of the Jobs by server major: {@code 17=registry.example/postgres:17,18=…}. */
    public static final String POSTGRES_IMAGES = "OCEAN_POSTGRES_IMAGES";

    /** Where Jobs mount the volume with the backups: their {@code DATABASE_BACKUP_DIR}. */
    public static final String BACKUP_DIRECTORY = "OCEAN_BACKUP_DIRECTORY";

    public static final String JOB_MAX_SECONDS = "OCEAN_JOB_MAX_SECONDS";

    /** What the pods of Jobs have beside ours: a JSON object, read by {@link PodSettingsReader}. */
    public static final String JOB_POD = "OCEAN_JOB_POD";

    /** Read by the logging configuration itself. */
    public static final String LOG_LEVEL = "OCEAN_LOG_LEVEL";

    /** Read by the logging configuration itself. */
    public static final String LOG_FORMAT = "OCEAN_LOG_FORMAT";

    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** The characters that a mark can hold, without the slash of names in it. */
    private static final Pattern INSTALLATION = Pattern.compile("[A-Za-z0-9.-]{1,63}");

    private static final Pattern DIRECTORY = Pattern.compile("(/[A-Za-z0-9._-]+)+");

    private static final Pattern IMAGE = Pattern.compile("([0-9]{2})=([a-zA-Z0-9._/:@-]+)");

    private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug", "trace");
    private static final Set<String> FORMATS = Set.of("json", "text");

    public OperatorConfig {
        watchNamespaces = Set.copyOf(watchNamespaces);
    }

    /** Whether this operator looks after the objects of a namespace. */
    boolean serves(String namespace) {
        return watchNamespaces.isEmpty() || watchNamespaces.contains(namespace);
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
                Duration.ofSeconds(reader.number(TERMINATION_PATIENCE_SECONDS, 120, 86_400)),
                new ToolSettings(
                        reader.images(POSTGRES_IMAGES),
                        reader.text(
                                BACKUP_DIRECTORY,
                                "/var/backups/ocean",
                                DIRECTORY,
                                "an absolute path of letters, digits, '.', '_' and '-'"),
                        Duration.ofSeconds(reader.number(JOB_MAX_SECONDS, 21_600, 31_536_000)),
                        new PodSettingsReader(JOB_POD, reader.errors).read(environment.getOrDefault(JOB_POD, ""))));
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

        Map<Integer, String> images(String key) {
            var images = new HashMap<Integer, String>();
            for (var entry : environment.getOrDefault(key, "").split(",", -1)) {
                var matcher = IMAGE.matcher(entry.strip());
                if (matcher.matches()) {
                    images.put(Integer.valueOf(matcher.group(1)), matcher.group(2));
                } else if (!entry.isBlank()) {
                    errors.add(key + " must be pairs 'major=image', separated by commas; '" + entry + "' is none");
                }
            }
            return images;
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
