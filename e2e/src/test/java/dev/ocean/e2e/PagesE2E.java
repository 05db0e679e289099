package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Repository;
import dev.ocean.e2e.platform.Scene;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** Whoever copies a page's blocks into a terminal gets what the page says. */
@ExtendWith(OnPlatform.class)
class PagesE2E {

    private static final Pattern BLOCK =
            Pattern.compile("^```(yaml|console)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern OBJECT = Pattern.compile("^---$", Pattern.MULTILINE);

    private record Block(String language, String text) {}

    @Test
    void quickstartCanBeTyped(Scene scene) {
        scene.allowPlainPods();

        blocks(scene, "docs/quickstart.md").forEach(block -> follow(scene, block));

        scene.awaitGone("ManagedDatabase", "orders");
    }

    /** Without nodes a pod is accepted, and that is all. */
    @Test
    void podsOfTheSecretsPageLogIn(Scene scene) {
        scene.allowPlainPods();
        scene.giveInstanceAndProject();
        scene.giveDatabase("orders", "");

        var pods = blocks(scene, "docs/secret.md")
                .map(Block::text)
                .filter(text -> isOf(text, "Pod"))
                .toList();

        assertThat(pods).isNotEmpty();
        for (var pod : pods) {
            scene.developer().apply(pod);
        }
        scene.developer()
                .kubectl(
                        "wait",
                        "--for=jsonpath={.status.phase}=Succeeded",
                        "pod/orders",
                        "pod/orders-verified",
                        "--timeout=60s");
        assertThat(scene.developer().kubectl("logs", "orders-verified")).contains("__owner");
    }

    @Test
    void backupAndRestoreCanBeTyped(Scene scene) {
        scene.giveInstanceAndProject();
        scene.giveDatabase("orders", "");

        blocks(scene, "docs/backup.md").forEach(block -> follow(scene, block));
        blocks(scene, "docs/restore.md")
                .map(block ->
                        new Block(block.language(), block.text().replace("shop_orders", scene.databaseName("orders"))))
                .forEach(block -> follow(scene, block));

        assertThat(scene.see("DatabaseRestore", "orders-back").orElseThrow().condition("RolledBack"))
                .isPresent();
    }

    private static Stream<Block> blocks(Scene scene, String page) {
        return BLOCK.matcher(Repository.read(page))
                .results()
                .map(block -> new Block(block.group(1), scene.inItsNamespace(block.group(2))));
    }

    private static void follow(Scene scene, Block block) {
        if (block.language().equals("console")) {
            // A command of several lines would be one with a backslash.
            block.text().replace("\\\n", "").lines().forEach(line -> scene.platformTeam()
                    .types(line));
            return;
        }
        for (var yaml : List.of(OBJECT.split(block.text(), -1))) {
            if (isOf(yaml, "Secret")) {
                scene.giveAdminSecret();
            } else if (!isOf(yaml, "Namespace")) {
                scene.platformTeam().apply(yaml);
            }
        }
    }

    private static boolean isOf(String yaml, String kind) {
        return yaml.lines().anyMatch(line -> line.equals("kind: " + kind));
    }
}
