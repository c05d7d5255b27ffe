package dev.firesteel.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.config.ConfigException;
import dev.firesteel.config.FiresteelConf;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine that a master asks for, or the reason why there is none. */
class ApplicationTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"inline", "spark://host:7077", "yarn", "local-cluster[2,1,1024]"})
  void aMasterWithoutAnEngineIsRefusedWithAdviceAndLeavesNothing(String master) {
    assertThatThrownBy(() -> Application.start(settings(master)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("The master '" + master + "' is not supported yet")
        .hasMessageContaining("local[")
        .extracting(e -> ((ConfigException) e).condition())
        .isEqualTo("MASTER_NOT_YET");
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void theEngineComesWithAllThatDriversAskFor() throws Exception {
    try (Application application = Application.start(settings("local[3]"))) {
      assertThat(application.engine().status().executors())
          .singleElement()
          .satisfies(executor -> assertThat(executor.slots()).isEqualTo(3));
      assertThat(application.files().driver()).isDirectory();
      assertThat(application.files().makeDirectory(7)).isDirectory();
      assertThat(application.files().all()).allSatisfy(each -> assertThat(each).isDirectory());
      assertThat(application.workers().daemonPid()).isEqualTo(-1); // until a task needs it
      assertThat(application.jars().added()).isEmpty();
      assertThat(application.inputs().find(1)).isEmpty();
    }
    assertThat(temporary.resolve("local")).isEmptyDirectory();
  }

  private ApplicationSettings settings(String master) {
    FiresteelConf conf =
        new FiresteelConf(
            Map.of(
                "spark.master", master, "spark.local.dir", temporary.resolve("local").toString()));
    return new ApplicationSettings(
        conf,
        temporary,
        () -> {
          throw new AssertionError("no task needs Python");
        },
        false,
        ApplicationTest.class.getClassLoader());
  }
}
