package dev.firesteel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each master text asks for, and what is refused with what advice. */
class MasterTest {
  @Test
  void understandsLocalMasters() {
    assertThat(Master.parse("local", 8))
        .isEqualTo(new Master("local", 1, OptionalInt.empty(), false));
    assertThat(Master.parse("local[3]", 8).slots()).isEqualTo(3);
    assertThat(Master.parse("local[*]", 8).slots()).isEqualTo(8);
    assertThat(Master.parse("local[2,5]", 8).maxFailures()).hasValue(5);
    assertThat(Master.parse("local[*, 3]", 8))
        .isEqualTo(new Master("local[*, 3]", 8, OptionalInt.of(3), false));
    assertThat(Master.parse("inline", 8).inline()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"spark://host:7077", "yarn", "k8s://https://host", "local-cluster[2,1,1024]"})
  void saysNotYetForClusters(String master) {
    assertThatThrownBy(() -> Master.parse(master, 2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(master)
        .hasMessageContaining("not supported yet")
        .hasMessageContaining("local[")
        .extracting(e -> ((ConfigException) e).condition())
        .isEqualTo("MASTER_NOT_YET");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "lokal[2]",
        "local[]",
        "local[0]",
        "local[-1]",
        "local[2",
        "local[2,x]",
        "mesos://h"
      })
  void anythingElseIsAnErrorThatListsWhatIsUnderstood(String master) {
    assertThatThrownBy(() -> Master.parse(master, 2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'" + master + "'")
        .hasMessageContaining("local[N,F]");
  }
}
