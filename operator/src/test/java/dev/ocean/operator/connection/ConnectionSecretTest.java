package dev.ocean.operator.connection;

import dev.ocean.operator.postgres.Password;
import dev.ocean.operator.postgres.TlsMode;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Every key is read by the rules of its reader. */
class ConnectionSecretTest {

    private static final String ALLOWED = IntStream.rangeClosed('!', '~')
            .mapToObj(Character::toString)
            .filter(c -> !"/\"@'".contains(c))
            .collect(Collectors.joining());

    /** @param host as in the Secret */
    record Given(String host, TlsMode tls, String password) {
        Map<String, String> values() {
            return ConnectionSecret.values(
                    new Endpoint(host, 6432, tls, Optional.of("PEM")),
                    "shop_orders",
                    new Credentials("shop_orders__a", Password.of(password)),
                    Optional.empty());
        }
    }

    /** All allowed characters, in pieces of a password's length. */
    static Stream<Given> given() {
        var passwords = List.of(
                ALLOWED.substring(0, 45), ALLOWED.substring(45), "%41%2B++&=?#", ":::\\\\:\\::", "{{host}}$1\\$");
        return Stream.of("db.example.org", "10.0.0.1", "2001:db8::1", "::1").flatMap(host -> Stream.of(TlsMode.values())
                .flatMap(tls -> passwords.stream().map(password -> new Given(host, tls, password))));
    }

    @ParameterizedTest
    @MethodSource("given")
    void uriIsReadByLibpq(Given given) {
        for (var key : List.of("uri", "DATABASE_URL")) {
            var text = given.values().getOrDefault(key, "");
            var rest = text.substring("postgresql://".length());
            // libpq: userinfo ends at the first @, the password begins at the first colon in it, a host in brackets is
            // an IPv6 address.
            var user = rest.substring(0, rest.indexOf('@'));
            var authority = rest.substring(rest.indexOf('@') + 1, rest.indexOf('/'));
            assertThat(text).startsWith("postgresql://");
            assertThat(percentDecoded(user.substring(0, user.indexOf(':')))).isEqualTo("shop_orders__a");
            assertThat(percentDecoded(user.substring(user.indexOf(':') + 1))).isEqualTo(given.password());
            assertThat(authority)
                    .isEqualTo((given.host().contains(":") ? "[" + given.host() + "]" : given.host()) + ":6432");
            assertThat(URI.create(text).getPort()).isEqualTo(6432);
            assertThat(rest.substring(rest.indexOf('/') + 1))
                    .isEqualTo("shop_orders?sslmode=" + withoutFile(given.tls()));
        }
    }

    /** libpq knows no plus sign for a space. */
    private static String percentDecoded(String text) {
        assertThat(text).matches("[A-Za-z0-9._~%-]*");
        return URLDecoder.decode(text, UTF_8);
    }

    @ParameterizedTest
    @MethodSource("given")
    void jdbcUriIsReadByTheDriver(Given given) {
        var read = parsed(given.values().getOrDefault("jdbc-uri", ""));

        assertThat(read.getProperty("PGHOST"))
                .isEqualTo(given.host().contains(":") ? "[" + given.host() + "]" : given.host());
        assertThat(read.getProperty("PGPORT")).isEqualTo("6432");
        assertThat(read.getProperty("PGDBNAME")).isEqualTo("shop_orders");
        assertThat(read.getProperty("user")).isEqualTo("shop_orders__a");
        assertThat(read.getProperty("password")).isEqualTo(given.password());
        assertThat(read.getProperty("sslmode")).isEqualTo(withoutFile(given.tls()));
    }

    private static Properties parsed(String url) {
        return Objects.requireNonNull(Driver.parseURL(url, new Properties()), "the driver does not take the URL");
    }

    /** Quarkus appends a query to it, Spring gives user and password beside it. */
    @ParameterizedTest
    @MethodSource("given")
    void jdbcUrlTakesAQueryAndHoldsNoSecret(Given given) {
        var url = given.values().getOrDefault("jdbc-url", "");
        var read = parsed(url + "?sslmode=verify-full");

        assertThat(url).doesNotContain("?", "@", "shop_orders__a");
        assertThat(read.getProperty("sslmode")).isEqualTo("verify-full");
        assertThat(read.getProperty("PGDBNAME")).isEqualTo("shop_orders");
    }

    @ParameterizedTest
    @MethodSource("given")
    void pgpassIsReadByLibpq(Given given) {
        assertThat(fields(given.values().getOrDefault("pgpass", "")))
                .containsExactly(given.host(), "6432", "shop_orders", "shop_orders__a", given.password());
    }

    private static List<String> fields(String line) {
        var fields = new ArrayList<String>();
        var field = new StringBuilder();
        for (var at = 0; at < line.length(); at++) {
            var character = line.charAt(at);
            if (character == '\\') {
                at++;
                field.append(line.charAt(at));
            } else if (character == ':') {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(character);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    @ParameterizedTest
    @MethodSource("given")
    void plainKeysAreTheValuesThemselves(Given given) {
        assertThat(given.values())
                .containsEntry("host", given.host())
                .containsEntry("PGHOST", given.host())
                .containsEntry("port", "6432")
                .containsEntry("PGPORT", "6432")
                .containsEntry("username", "shop_orders__a")
                .containsEntry("user", "shop_orders__a")
                .containsEntry("PGUSER", "shop_orders__a")
                .containsEntry("password", given.password())
                .containsEntry("PGPASSWORD", given.password())
                .containsEntry("database", "shop_orders")
                .containsEntry("dbname", "shop_orders")
                .containsEntry("PGDATABASE", "shop_orders")
                .containsEntry("type", "postgresql")
                .containsEntry("sslmode", given.tls().sslmode())
                .containsEntry("PGSSLMODE", withoutFile(given.tls()))
                .containsEntry("ca.crt", "PEM")
                .containsEntry("root.crt", "PEM")
                .containsEntry("sslrootcert", "ca.crt");
        assertThat(ConnectionSecret.KEYS).containsAll(given.values().keySet());
    }

    private static String withoutFile(TlsMode mode) {
        return mode == TlsMode.DISABLE ? "disable" : "require";
    }

    @Test
    void withoutACaThereAreNoKeysForOne() {
        var values = ConnectionSecret.values(
                new Endpoint("h", 1, TlsMode.REQUIRE, Optional.empty()),
                "d",
                new Credentials("d__a", Password.of("12345678")),
                Optional.empty());

        assertThat(values).doesNotContainKeys("ca.crt", "root.crt", "sslrootcert", "next-username", "next-password");
    }

    @Test
    void aRotationAddsTheNextLogin() {
        var values = ConnectionSecret.values(
                new Endpoint("h", 1, TlsMode.REQUIRE, Optional.empty()),
                "d",
                new Credentials("d__a", Password.of("12345678")),
                Optional.of(new Credentials("d__b", Password.of("87654321"))));

        assertThat(values)
                .containsEntry("next-username", "d__b")
                .containsEntry("next-password", "87654321")
                .containsEntry("username", "d__a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1234567",
                "with space",
                "with/slash",
                "with\"quote",
                "with@sign1",
                "with'tick",
                "tab\there",
                "newline\n",
                "ümlaut-ü",
                "12345678\0"
            })
    void refusesPasswordsThatReadersMisread(String password) {
        assertThat(ConnectionSecret.isUsable(password)).isFalse();
    }

    @Test
    void takesPasswordsOfEveryOtherCharacter() {
        assertThat(ConnectionSecret.isUsable(ALLOWED.substring(0, 45))).isTrue();
        assertThat(ConnectionSecret.isUsable(ALLOWED.substring(45))).isTrue();
        assertThat(ConnectionSecret.isUsable("x".repeat(8))).isTrue();
        assertThat(ConnectionSecret.isUsable("x".repeat(128))).isTrue();
        assertThat(ConnectionSecret.isUsable("x".repeat(129))).isFalse();
    }
}
