package dev.ocean.operator.connection;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a user wants in the Secret beside our keys.
 *
 * @param data values in which {@code {{key}}} stands for one of our keys
 */
public record SecretTemplate(Map<String, String> labels, Map<String, String> annotations, Map<String, String> data) {

    public static final SecretTemplate NONE = new SecretTemplate(Map.of(), Map.of(), Map.of());

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*([A-Za-z0-9._-]+)\\s*}}");

    public SecretTemplate {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        data = Map.copyOf(data);
    }

    /** Why it cannot be used, as a sentence that names the field; empty if it can. */
    public Optional<String> objection() {
        // An object may have been stored before the rule was: ocean.dev/role would make a tenant's login an admin's.
        var ours = Stream.concat(labels.keySet().stream(), annotations.keySet().stream())
                .filter(key -> key.startsWith("ocean.dev/") || key.startsWith("app.kubernetes.io/"))
                .sorted()
                .findFirst();
        if (ours.isPresent()) {
            return Optional.of("`spec.credentials.secretTemplate` must not have the key '" + ours.get()
                    + "': 'ocean.dev/' and 'app.kubernetes.io/' are the operator's.");
        }
        // Sorted, so that the message is the same after a restart.
        for (var entry : new TreeMap<>(data).entrySet()) {
            if (ConnectionSecret.KEYS.contains(entry.getKey())) {
                return Optional.of("`spec.credentials.secretTemplate.data` must not have the key '" + entry.getKey()
                        + "', which the operator writes.");
            }
            var unknown = PLACEHOLDER
                    .matcher(entry.getValue())
                    .results()
                    .map(result -> result.group(1))
                    .filter(name -> !ConnectionSecret.KEYS.contains(name))
                    .findFirst();
            if (unknown.isPresent()) {
                return Optional.of("`spec.credentials.secretTemplate.data` of key '" + entry.getKey() + "' names '"
                        + unknown.get() + "', which is no key of the Secret.");
            }
        }
        return Optional.empty();
    }

    /** The user's keys with their placeholders filled; a key that the Secret lacks at the moment ({@code ca.crt} without a CA) becomes the empty text. */
    Map<String, String> rendered(Map<String, String> values) {
        var rendered = new LinkedHashMap<String, String>();
        data.forEach((key, text) -> rendered.put(
                key,
                PLACEHOLDER
                        .matcher(text)
                        .replaceAll(match -> Matcher.quoteReplacement(values.getOrDefault(match.group(1), "")))));
        return rendered;
    }

    /** Our mark of what came from the template, so that what is taken out of it can be taken out of the Secret. */
    static String names(Map<String, String> fromTemplate) {
        return String.join(" ", fromTemplate.keySet().stream().sorted().toList());
    }
}
