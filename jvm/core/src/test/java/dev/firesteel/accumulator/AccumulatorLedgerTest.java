package dev.firesteel.accumulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.id.Location;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.lineage.Language;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The first success of a partition counts, and only that. */
class AccumulatorLedgerTest {
  private static final ShuffleId SHUFFLE = new ShuffleId(0, 1);
  private final AccumulatorLedger ledger = new AccumulatorLedger();

  @Test
  void aMapTaskCountsOnceInTheLifeOfItsShuffle() {
    ledger.mapSucceeded(SHUFFLE, 0, 1, 0, update(1, null));
    ledger.mapSucceeded(SHUFFLE, 0, 2, 5, update(2, null));
    ledger.mapSucceeded(SHUFFLE, 1, 2, 5, update(3, null));
    assertThat(ledger.take(1, Language.PYTHON).updates()).containsExactly(bytes(1));
    assertThat(ledger.take(2, Language.PYTHON).updates()).containsExactly(bytes(3));
  }

  @Test
  void aResultTaskCountsOnceInItsJob() {
    ledger.resultSucceeded(1, 0, 0, update(1, null));
    ledger.resultSucceeded(1, 0, 0, update(2, null));
    ledger.resultSucceeded(2, 0, 0, update(3, null));
    assertThat(ledger.take(1, Language.PYTHON).updates()).containsExactly(bytes(1));
    assertThat(ledger.take(2, Language.PYTHON).updates()).containsExactly(bytes(3));
  }

  @Test
  void aFirstSuccessWithoutUpdatesCountsToo() {
    ledger.mapSucceeded(SHUFFLE, 0, 1, 0, List.of());
    ledger.mapSucceeded(SHUFFLE, 0, 1, 0, update(2, null));
    assertThat(ledger.take(1, Language.PYTHON).updates()).isEmpty();
  }

  @Test
  void updatesAreTakenOnce() {
    ledger.resultSucceeded(1, 0, 0, update(1, null));
    ledger.take(1, Language.PYTHON);
    assertThat(ledger.take(1, Language.PYTHON).updates()).isEmpty();
  }

  @Test
  void resultsThatAreTakenBackCountAgainAndTellTheFilesThatNobodyReads() {
    Location.File first = new Location.DiskFile("x", "/accumulators_7");
    assertThat(ledger.mapSucceeded(SHUFFLE, 0, 1, 4, update(1, null))).isTrue();
    assertThat(ledger.resultSucceeded(1, 3, 0, update(2, first))).isTrue();
    assertThat(
            ledger.resultSucceeded(
                1, 3, 0, update(3, new Location.DiskFile("x", "/accumulators_8"))))
        .isFalse();
    assertThat(ledger.takeBack(1, 3)).containsExactly(first);
    assertThat(ledger.resultSucceeded(1, 3, 0, update(4, null))).isTrue();
    assertThat(ledger.take(1, Language.PYTHON).updates()).containsExactly(bytes(4), bytes(1));
  }

  @Test
  void aDriverGetsTheUpdatesOfItsLanguage() {
    Location.File unread = new Location.DiskFile("x", "/accumulators_9");
    List<AccumulatorUpdate> both =
        List.of(
            new AccumulatorUpdate(Language.JAVA, bytes(1), null),
            new AccumulatorUpdate(Language.PYTHON, bytes(2), unread));
    ledger.resultSucceeded(1, 0, 0, both);
    ledger.resultSucceeded(2, 0, 0, both);
    AccumulatorLedger.Taken taken = ledger.take(1, Language.JAVA);
    assertThat(taken.updates()).containsExactly(bytes(1));
    assertThat(taken.unread()).containsExactly(unread);
    assertThat(ledger.take(2, Language.PYTHON).updates()).containsExactly(bytes(2));
  }

  private static List<AccumulatorUpdate> update(int number, Location.File file) {
    return List.of(new AccumulatorUpdate(Language.PYTHON, bytes(number), file));
  }

  private static byte[] bytes(int number) {
    return new byte[] {(byte) number};
  }
}
