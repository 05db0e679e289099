package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.Row;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.SqlList;
import dev.ocean.operator.postgres.SqlStatement;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * One {@code ALTER ROLE … IN DATABASE … SET}: it hangs on the database's OID, so one that takes another one's place does not have it.
 *
 * @param database in which it holds
 * @param value as the catalog has it
 * @param settable whether our admin may set it: what only a superuser may set, a limited one may not
 */
public record LoginSetting(SqlIdentifier database, SqlIdentifier login, String name, String value, boolean settable) {

    /** Lists, of those that a user may set: as one literal each would be one element with a comma in it. */
    private static final Set<String> LISTS = Set.of("search_path", "temp_tablespaces", "local_preload_libraries");

    /** As the catalog writes them: quoted where they must be. */
    private static final Pattern ELEMENT = Pattern.compile("\"(?:[^\"]|\"\")*\"|[^,\\s\"]+");

    /** A row of {@link RestoreSql#loginSettings}. */
    public static LoginSetting read(Row row) {
        var setting = row.requiredText("setting");
        var equals = setting.indexOf('=');
        return new LoginSetting(
                SqlIdentifier.of(row.requiredText("database")),
                SqlIdentifier.of(row.requiredText("login")),
                setting.substring(0, equals),
                setting.substring(equals + 1),
                row.flag("settable"));
    }

    SqlStatement set(SqlIdentifier copy) {
        var values = LISTS.contains(name) ? elements() : List.of(value);
        return SqlStatement.of(
                "set-login-parameter",
                "ALTER ROLE {} IN DATABASE {} SET {} TO {}",
                login,
                copy,
                SqlIdentifier.of(name),
                SqlList.ofLiterals(values.isEmpty() ? List.of("") : values));
    }

    private List<String> elements() {
        return ELEMENT.matcher(value)
                .results()
                .map(MatchResult::group)
                .map(element -> element.startsWith("\"")
                        ? element.substring(1, element.length() - 1).replace("\"\"", "\"")
                        : element)
                .toList();
    }
}
