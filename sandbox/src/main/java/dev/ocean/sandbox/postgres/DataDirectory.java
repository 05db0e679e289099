package dev.ocean.sandbox.postgres;

import dev.ocean.sandbox.certificate.CertificateAuthority;
import dev.ocean.sandbox.postgres.Options.Durability;
import dev.ocean.sandbox.postgres.Options.Transport;
import dev.ocean.sandbox.process.Command;
import dev.ocean.sandbox.process.LocalProcess;
import dev.ocean.sandbox.process.PrivateFile;
import dev.ocean.sandbox.process.ServiceUser;
import dev.ocean.sandbox.process.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes a server's data directory. Each is made by initdb, not copied: two servers must not share a system identifier, by which
 * clients recognise them.
 *
 * @param owner user that the server runs as, empty for the user of the JVM
 */
record DataDirectory(Path path, Optional<String> owner) {

    private static final Duration INITDB_LIMIT = Duration.ofMinutes(1);

    static DataDirectory create(
            Installation installation,
            Workspace workspace,
            Options options,
            Credentials superuser,
            CertificateAuthority authority) {
        var directory = new DataDirectory(workspace.privateDirectory("data"), ServiceUser.instead());
        directory.initialise(installation, workspace, superuser);
        directory.configure(options);
        if (options.transport() == Transport.TLS) {
            directory.writeCertificate(authority);
        }
        directory.handOver();
        return directory;
    }

    private void initialise(Installation installation, Workspace workspace, Credentials superuser) {
        // Only initdb reads the password; a file, as arguments of a process can be seen by everybody.
        var passwordDirectory = workspace.privateDirectory("password");
        var passwordFile = PrivateFile.write(passwordDirectory.resolve("superuser"), superuser.password());
        owner.ifPresent(user -> ServiceUser.own(passwordDirectory, user));
        handOver();
        var line = List.of(
                installation.program("initdb"),
                "--pgdata=" + path,
                "--username=" + superuser.user(),
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "--no-instructions");
        LocalProcess.run(
                Command.of("initdb", line, workspace.resolve("initdb.log")).as(owner), INITDB_LIMIT);
        delete(passwordFile);
    }

    private void configure(Options options) {
        var tls = options.transport() == Transport.TLS;
        write("pg_hba.conf", "%s all all localhost scram-sha-256%n".formatted(tls ? "hostssl" : "hostnossl"));
        var settings = new LinkedHashMap<String, String>();
        settings.put("listen_addresses", "localhost");
        settings.put("unix_socket_directories", "");
        settings.put("max_connections", "300");
        settings.put("password_encryption", "scram-sha-256");
        settings.put("ssl", tls ? "on" : "off");
        if (options.durability() == Durability.FAST) {
            settings.putAll(Map.of("fsync", "off", "synchronous_commit", "off", "full_page_writes", "off"));
        }
        settings.putAll(options.settings());
        append("postgresql.conf", rendered(settings));
    }

    private void writeCertificate(CertificateAuthority authority) {
        var server = authority.server("localhost");
        PrivateFile.write(path.resolve("server.crt"), server.certificate());
        PrivateFile.write(path.resolve("server.key"), server.privateKey());
    }

    private void handOver() {
        owner.ifPresent(user -> ServiceUser.own(path, user));
    }

    private static String rendered(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + " = '" + setting.getValue().replace("'", "''") + "'\n")
                .collect(Collectors.joining());
    }

    private void write(String name, String content) {
        put(name, content, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private void append(String name, String content) {
        put(name, content, StandardOpenOption.APPEND);
    }

    private void put(String name, String content, StandardOpenOption option) {
        try {
            Files.writeString(path.resolve(name), content, option);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write \"" + name + "\"", e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove \"" + file + "\"", e);
        }
    }
}
