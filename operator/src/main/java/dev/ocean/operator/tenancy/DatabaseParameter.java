package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.SqlList;
import dev.ocean.operator.postgres.SqlStatement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One {@code ALTER DATABASE … SET} that a tenant may ask for. The list is closed: a parameter such as {@code role} or {@code default_transaction_read_only} on the
 * database would reach our own sessions.
 *
 * @param name lower case, on the list
 * @param value as the user wrote it
 */
public record DatabaseParameter(String name, String value) {

    /** The parameters on the list. */
    public static final Set<String> ALLOWED = Set.of(
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
            "idle_session_timeout",
            "work_mem",
            "timezone",
            "datestyle",
            "intervalstyle",
            "search_path",
            "default_text_search_config",
            "default_transaction_isolation",
            "jit");

    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_ ,.$\"/:+-]{1,128}");
    private static final String SEARCH_PATH = "search_path";

    /** Why {@code name: value} cannot be set, as the end of a sentence; empty if it can. */
    public static Optional<String> objection(String name, String value) {
        if (!ALLOWED.contains(name)) {
            return Optional.of("is not one of " + ALLOWED.stream().sorted().collect(Collectors.joining(", ")));
        }
        if (!VALUE.matcher(value).matches()) {
            return Optional.of("must have a value of 1 to 128 characters of letters, digits and '_ ,.$\"/:+-'");
        }
        if (name.equals(SEARCH_PATH) && elements(value).isEmpty()) {
            return Optional.of("must name at least one schema");
        }
        return Optional.empty();
    }

    /** Those of {@code settings}, as the catalogs have them, that a tenant may have asked for. */
    public static List<DatabaseParameter> of(List<String> settings) {
        return settings.stream()
                .map(setting -> new DatabaseParameter(nameOf(setting), setting.substring(setting.indexOf('=') + 1)))
                .filter(parameter ->
                        objection(parameter.name(), parameter.value()).isEmpty())
                .toList();
    }

    SqlStatement set(SqlIdentifier database) {
        var parameter = SqlIdentifier.of(name);
        // A list: as one literal it would be one schema with a comma in its name.
        var values = name.equals(SEARCH_PATH) ? elements(value) : List.of(value);
        return SqlStatement.of(
                "set-parameter", "ALTER DATABASE {} SET {} TO {}", database, parameter, SqlList.ofLiterals(values));
    }

    static SqlStatement reset(SqlIdentifier database, String name) {
        return SqlStatement.of("reset-parameter", "ALTER DATABASE {} RESET {}", database, SqlIdentifier.of(name));
    }

    /** Whether {@code setting}, as {@code pg_db_role_setting} has it, is this parameter with this value. */
    boolean isSetBy(String setting) {
        var equals = setting.indexOf('=');
        if (equals < 0 || !nameOf(setting).equals(name)) {
            return false;
        }
        var stored = setting.substring(equals + 1);
        return name.equals(SEARCH_PATH) ? elements(stored).equals(elements(value)) : stored.equals(value);
    }

    /** The parameter's name in a setting of {@code pg_db_role_setting}, which keeps the server's own spelling ({@code TimeZone}), in lower case. */
    public static String nameOf(String setting) {
        return setting.substring(0, Math.max(0, setting.indexOf('='))).toLowerCase(Locale.ROOT);
    }

    private static List<String> elements(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(DatabaseParameter::element)
                .filter(element -> !element.isEmpty())
                .toList();
    }

    private static String element(String text) {
        var trimmed = text.trim();
        var quoted = trimmed.length() > 1 && trimmed.startsWith("\"") && trimmed.endsWith("\"");
        return quoted
                ? trimmed.substring(1, trimmed.length() - 1).replace("\"", "")
                : trimmed.toLowerCase(Locale.ROOT).replace("\"", "");
    }
}
