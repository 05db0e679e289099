package dev.ocean.operator.postgres;

import java.util.List;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SqlStatementTest {

    private static final SqlStatement CREATE =
            SqlStatement.of("create-role", "CREATE ROLE {} PASSWORD {}", SqlIdentifier.of("a{}"), SqlLiteral.of("{}'"));
    private static final SqlStatement LIMIT =
            SqlStatement.of("limit-role", "ALTER ROLE {} CONNECTION LIMIT {}", SqlIdentifier.of("a"), SqlNumber.of(5));

    @Test
    void fillsPlaceholdersInOrderAndNoneInsideOfFragments() {
        assertThat(CREATE.text()).isEqualTo("CREATE ROLE \"a{}\" PASSWORD '{}'''");
    }

    @Test
    void refusesTooManyFragments() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SqlStatement.of("x", "SELECT {}", SqlNumber.of(1), SqlNumber.of(2)));
    }

    @Test
    void refusesTooFewFragments() {
        assertThatIllegalArgumentException().isThrownBy(() -> SqlStatement.of("x", "SELECT {}, {}", SqlNumber.of(1)));
    }

    @Test
    void joinsTwo() {
        var both = CREATE.then(LIMIT);

        assertThat(both.id()).isEqualTo("create-role+limit-role");
        assertThat(both.text()).isEqualTo(CREATE.text() + ";\n" + LIMIT.text());
        assertThat(both.parts()).isEqualTo(2);
    }

    @Test
    void joinsManyUnderOneId() {
        var all = SqlStatement.all("create-tenant", List.of(CREATE.then(LIMIT), LIMIT));

        assertThat(all.id()).isEqualTo("create-tenant");
        assertThat(all.parts()).isEqualTo(3);
    }

    @Test
    void refusesToJoinNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> SqlStatement.all("x", List.of()));
    }

    @Test
    void isSlowIfAnyPartIs() {
        assertThat(CREATE.then(LIMIT.slow()).pace()).isEqualTo(Pace.SLOW);
        assertThat(CREATE.then(LIMIT).pace()).isEqualTo(Pace.QUICK);
    }

    @Test
    void addsParametersInOrder() {
        var query = SqlStatement.of("find", "SELECT ?, ?, ?").with("a").with(1).withTexts(List.of("b"));

        assertThat(query.parameters()).containsExactly("a", 1L, new String[] {"b"});
        assertThat(query.then(query).parameters()).hasSize(6);
    }

    @Test
    void printsItsIdOnly() {
        assertThat(CREATE).hasToString("create-role");
    }
}
