package dev.ocean.sandbox.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.Optional;

/** The user that servers run as which refuse root. */
public final class ServiceUser {

    private static final List<String> CANDIDATES = List.of("postgres", "nobody");

    private ServiceUser() {}

    /** {@return a user without privileges if the JVM is root's; empty if it is not, as then nothing need or can be changed} */
    public static Optional<String> instead() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.empty();
        }
        return Optional.of(CANDIDATES.stream()
                .filter(ServiceUser::exists)
                .findFirst()
                .orElseThrow(() -> new ProcessFailure("cannot find an unprivileged user: none of " + CANDIDATES)));
    }

    /** Gives a directory and all that is in it to the user. */
    public static void own(Path directory, String user) {
        try (var files = Files.walk(directory)) {
            var principal = principal(user);
            for (var file : files.toList()) {
                Files.setOwner(file, principal);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give \"" + directory + "\" to " + user, e);
        }
    }

    private static boolean exists(String user) {
        try {
            principal(user);
            return true;
        } catch (UserPrincipalNotFoundException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look up user \"" + user + "\"", e);
        }
    }

    private static UserPrincipal principal(String user) throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(user);
    }
}
