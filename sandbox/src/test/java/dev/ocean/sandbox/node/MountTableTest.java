package dev.ocean.sandbox.node;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import static org.assertj.core.api.Assertions.assertThat;

class MountTableTest {

    private static final MountTable MOUNTS = new MountTable(Map.of(
            "/tmp", Path.of("/here/t$1"),
            "/data", Path.of("/here/d"),
            "/data/inner", Path.of("/here/i"),
            "/dev/termination-log", Path.of("/here/m")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/data | /here/d",
                "/data/ | /here/d/",
                "/data/file | /here/d/file",
                "/data/inner/file | /here/i/file",
                "/data/innermost | /here/d/innermost",
                "--file=/data/x | --file=/here/d/x",
                "cat /data/a >\"/data/b\"; cd /data | cat /here/d/a >\"/here/d/b\"; cd /here/d",
                "/tmp:/data | /here/t$1:/here/d",
                "/dev/termination-log | /here/m",
                "/database | /database",
                "/data.old /data-old | /data.old /data-old",
                "/var/tmp ./tmp ~/tmp $HOME/tmp ${HOME}/tmp | /var/tmp ./tmp ~/tmp $HOME/tmp ${HOME}/tmp",
                "https://host/data | https://host/data",
                "nothing | nothing"
            })
    void rewritesWholePathsOnly(String text, String expected) {
        assertThat(MOUNTS.rewrite(text)).isEqualTo(expected);
    }
}
