package dev.firesteel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Reading keys, and what the user sees when a value is wrong. */
class FiresteelConfTest {
  private static FiresteelConf conf(String key, String value) {
    return new FiresteelConf(Map.of(key, value));
  }

  @Test
  void whatIsNotSetHasItsDefault() {
    FiresteelConf empty = new FiresteelConf(Map.of());
    assertThat(empty.get(ConfigKeys.PYTHON_WORKER_MEMORY)).isEqualTo(512L << 20);
    assertThat(empty.get(ConfigKeys.LOCAL_DIR)).isEmpty();
    assertThat(empty.find(ConfigKeys.PREFORK)).isEmpty();
  }

  @Test
  void bareMemoryCountsInMebibytesAsInSpark() {
    assertThat(conf("spark.python.worker.memory", "300").get(ConfigKeys.PYTHON_WORKER_MEMORY))
        .isEqualTo(300L << 20);
    assertThat(conf("firesteel.result.inline", "300").get(ConfigKeys.INLINE_RESULT)).isEqualTo(300);
  }

  @Test
  void aWrongValueNamesKeyValueExpectationAndExample() {
    assertThatThrownBy(
            () -> conf("spark.task.maxFailures", "many").get(ConfigKeys.TASK_MAX_FAILURES))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "spark.task.maxFailures is 'many', which is not a whole number of at least 1. Set it to a"
                + " whole number of at least 1, for example --conf spark.task.maxFailures=4");
  }

  @Test
  void aMissingValueWithoutDefaultSaysHowToSetIt() {
    assertThatThrownBy(() -> new FiresteelConf(Map.of()).get(ConfigKeys.PREFORK))
        .hasMessageContaining("firesteel.worker.prefork")
        .hasMessageContaining("--conf");
  }

  @Test
  void variablesForWorkersAreFoundByTheirPrefix() {
    assertThat(conf("spark.executorEnv.LANG", "C").executorEnvironment())
        .containsExactly(Map.entry("LANG", "C"));
  }

  @Test
  void everyDefaultCanBeReadAndNoKeyIsDeclaredTwice() {
    Set<String> names = new HashSet<>();
    for (ConfigKey<?> key : ConfigKeys.all()) {
      assertThat(names.add(key.name())).as(key.name()).isTrue();
      assertThat(key.name()).matches("(spark|firesteel)\\..+");
      if (key.defaultText() != null) {
        key.parse(key.defaultText());
      }
      key.parse(key.type().example());
    }
  }

  @Test
  void theDocumentationHoldsEveryKey() {
    String json = ConfigDocs.json();
    for (ConfigKey<?> key : ConfigKeys.all()) {
      assertThat(json).contains("\"key\": \"" + key.name() + "\"");
    }
  }
}
