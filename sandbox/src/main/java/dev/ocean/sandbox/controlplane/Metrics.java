package dev.ocean.sandbox.controlplane;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Samples in Prometheus' text format.
 *
 * @param text as the server wrote it
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">exposition formats</a>
 */
public record Metrics(String text) {

    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)(?: \\d+)?");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /**
     * Adds up the samples that have these labels, whatever others they have.
     *
     * @return 0 if there is none: a counter appears with its first event
     */
    public double sum(String name, Map<String, String> labels) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .map(SAMPLE::matcher)
                .filter(sample -> sample.matches() && sample.group(1).equals(name))
                .filter(sample -> labels(sample.group(2)).entrySet().containsAll(labels.entrySet()))
                .mapToDouble(sample -> Double.parseDouble(sample.group(3)))
                .sum();
    }

    private static Map<String, String> labels(@Nullable String braces) {
        var labels = new HashMap<String, String>();
        if (braces == null) {
            return labels;
        }
        var label = LABEL.matcher(braces);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }
}
