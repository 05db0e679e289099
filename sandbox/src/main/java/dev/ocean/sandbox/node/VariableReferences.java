package dev.ocean.sandbox.node;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * References to variables in values, commands and arguments, exactly as Kubernetes reads them: {@code $(NAME)} is the value of a
 * declared variable and stays as it is if there is none, {@code $$} is a dollar sign, every other dollar sign is itself.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/">dependent
 *     variables</a>
 */
final class VariableReferences {

    private static final Pattern REFERENCE = Pattern.compile("\\$(?:\\$|\\(([^)]*)\\))");

    private VariableReferences() {}

    static String resolve(String text, Map<String, String> variables) {
        return REFERENCE.matcher(text).replaceAll(reference -> {
            var name = reference.group(1);
            var value = name == null ? "$" : variables.getOrDefault(name, reference.group());
            return Matcher.quoteReplacement(value);
        });
    }
}
