package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.SqlIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;

class DatabaseParameterTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "work_mem|8MB|work_mem=8MB|true",
                "work_mem|8MB|work_mem=8192kB|false",
                "work_mem|8MB|maintenance_work_mem=8MB|false",
                "timezone|Europe/Berlin|TimeZone=Europe/Berlin|true",
                "datestyle|ISO, DMY|DateStyle=ISO, DMY|true",
                "search_path|public|search_path=public|true",
                "search_path|Reporting, public|search_path=reporting, public|true",
                "search_path|\"Reporting\",public|search_path=\"Reporting\", public|true",
                "search_path|\"$user\", public|search_path=\"$user\", public|true",
                "search_path|$user,public|search_path=\"$user\", public|true",
                "search_path|public,reporting|search_path=reporting, public|false",
                "search_path|public|search_path=public, reporting|false",
                "work_mem|8MB|work_mem|false"
            })
    void tellsWhetherTheServerHasItAsWritten(String name, String value, String stored, boolean same) {
        assertThat(new DatabaseParameter(name, value).isSetBy(stored)).isEqualTo(same);
    }

    @Test
    void eachElementOfASearchPathIsALiteralOfItsOwn() {
        var statement =
                new DatabaseParameter("search_path", "\"$user\", Reporting , ,public").set(SqlIdentifier.of("d"));

        assertThat(statement.text())
                .isEqualTo("ALTER DATABASE \"d\" SET \"search_path\" TO '$user', 'reporting', 'public'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "role",
                "session_authorization",
                "default_transaction_read_only",
                "log_statement",
                "WORK_MEM",
                "TimeZone",
                ""
            })
    void refusesWhatIsNotOnTheList(String name) {
        assertThat(DatabaseParameter.objection(name, "x")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a'b", "a;b", "a\nb", "a\0b", "ü", "a\\b", "(a)"})
    void refusesValuesThatAreNotPlain(String value) {
        assertThat(DatabaseParameter.objection("work_mem", value)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {",", " ", "\"\"", ", ,", "\""})
    void refusesASearchPathOfNothing(String value) {
        assertThat(DatabaseParameter.objection("search_path", value)).isPresent();
    }

    @Test
    void readsTheNameOutOfAnySetting() {
        assertThat(DatabaseParameter.nameOf("TimeZone=a=b")).isEqualTo("timezone");
        assertThat(DatabaseParameter.nameOf("broken")).isEmpty();
    }
}
