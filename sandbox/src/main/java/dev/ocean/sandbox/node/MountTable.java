package dev.ocean.sandbox.node;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What stands in for the file system of a container: a process sees that of the machine, so paths in its environment and its
 * arguments are rewritten instead.
 *
 * @param targets path in the container, without a slash at its end, to the directory or file behind it
 */
record MountTable(Map<String, Path> targets) {

    // A path begins where no other path goes on ("/var/tmp", "$HOME/tmp"), and ends with a whole name ("/tmpfile").
    private static final String BEGIN = "(?<![\\w./~*?})\\]-])";
    private static final String END = "(?![\\w.-])";

    MountTable {
        targets = Map.copyOf(targets);
    }

    /** {@return what is mounted at exactly this path} */
    Optional<Path> at(String path) {
        return Optional.ofNullable(targets.get(path));
    }

    /** Replaces every path in the text that is, or lies in, one of the mounted; the deepest mount wins, as in a container. */
    String rewrite(String text) {
        return pattern()
                .matcher(text)
                .replaceAll(path -> Matcher.quoteReplacement(String.valueOf(targets.get(path.group()))));
    }

    private Pattern pattern() {
        var alternatives = targets.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        return Pattern.compile(BEGIN + "(?:" + alternatives + ")" + END);
    }
}
