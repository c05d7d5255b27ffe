package dev.firesteel.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class HeapMemoryTest {
  private static final long MIB = 1 << 20;

  @Test
  void oneOfSeveralTasksGetsItsShareWhateverTheOthersHave() {
    HeapMemory memory = new HeapMemory(400 * MIB, 0.5, 4, () -> false);
    TaskMemory first = memory.begin();
    assertThat(first.acquire(200 * MIB)).isTrue();
    assertThat(first.acquire(60 * MIB)).as("the share of others is kept for them").isFalse();
    for (int i = 0; i < 3; i++) {
      assertThat(memory.begin().acquire(50 * MIB)).as("task %d", i).isTrue();
    }
    assertThat(first.acquire(1)).as("it has more than its part now").isFalse();
    assertThat(memory.execution()).isEqualTo(350 * MIB);
  }

  @Test
  void aTaskThatEndsGivesEverythingBack() {
    HeapMemory memory = new HeapMemory(100 * MIB, 0.5, 2, () -> false);
    TaskMemory task = memory.begin();
    Reservation reservation = task.reserve();
    assertThat(reservation.cover(20 * MIB)).isTrue();
    assertThat(task.held()).isGreaterThanOrEqualTo(20 * MIB);
    task.close();
    assertThat(memory.execution()).isZero();
    assertThat(reservation.cover(30 * MIB)).as("after its end").isFalse();
  }

  @Test
  void anOperatorMayAlwaysHoldALittle() {
    HeapMemory memory = new HeapMemory(0, 0.5, 1, () -> false);
    assertThat(memory.begin().reserve().cover(0)).isTrue();
    HeapMemory small = new HeapMemory(80 * MIB, 0, 1, () -> false);
    TaskMemory task = small.begin();
    assertThat(task.acquire(80 * MIB)).isTrue();
    Reservation reservation = task.reserve();
    assertThat(reservation.cover(MIB)).isTrue();
    assertThat(reservation.cover(MIB + 1)).isFalse();
    assertThat(reservation.held()).isZero();
  }

  @Test
  void cachedObjectsGoDownToTheirShareWhenTasksNeedRoom() {
    HeapMemory memory = new HeapMemory(100 * MIB, 0.4, 1, () -> false);
    assertThat(memory.store(90 * MIB)).isTrue();
    List<Long> asked = new ArrayList<>();
    memory.evictBy(
        bytes -> {
          asked.add(bytes);
          memory.free(bytes);
          return true;
        });
    TaskMemory task = memory.begin();
    assertThat(task.acquire(50 * MIB)).isTrue();
    assertThat(asked).containsExactly(40 * MIB);
    assertThat(task.acquire(20 * MIB)).as("40 of 100 are the objects' own").isFalse();
    assertThat(task.acquire(10 * MIB)).isTrue();
    assertThat(memory.storage()).isEqualTo(40 * MIB);
    assertThat(memory.store(1)).as("objects take nothing from a task").isFalse();
  }

  @Test
  void aFullHeapRefusesWhatTheEstimatesWouldAllow() {
    AtomicBoolean full = new AtomicBoolean();
    HeapMemory memory = new HeapMemory(100 * MIB, 0.5, 1, full::get);
    TaskMemory task = memory.begin();
    full.set(true);
    assertThat(task.acquire(30 * MIB)).as("a little is always there").isTrue();
    assertThat(task.acquire(1)).isFalse();
    full.set(false);
    assertThat(task.acquire(1)).isTrue();
  }

  @Test
  void theSumIsNeverPassed() {
    Random random = new Random(11);
    HeapMemory memory = new HeapMemory(1000, 0.5, 3, () -> false);
    List<TaskMemory> tasks = new ArrayList<>();
    long stored = 0;
    for (int i = 0; i < 100_000; i++) {
      switch (random.nextInt(5)) {
        case 0 -> {
          if (tasks.size() < 3) {
            tasks.add(memory.begin());
          }
        }
        case 1 -> {
          if (!tasks.isEmpty() && random.nextInt(10) == 0) {
            tasks.remove(random.nextInt(tasks.size())).close();
          }
        }
        case 2 -> {
          if (!tasks.isEmpty()) {
            tasks.get(random.nextInt(tasks.size())).acquire(random.nextInt(200));
          }
        }
        case 3 -> {
          int bytes = random.nextInt(300);
          stored += memory.store(bytes) ? bytes : 0;
        }
        default -> {
          long bytes = stored == 0 ? 0 : random.nextInt((int) stored + 1);
          memory.free(bytes);
          stored -= bytes;
        }
      }
      assertThat(memory.storage()).isEqualTo(stored);
      assertThat(memory.storage() + memory.execution()).isLessThanOrEqualTo(1000);
      assertThat(tasks.stream().mapToLong(TaskMemory::held).sum()).isEqualTo(memory.execution());
    }
  }

  @Test
  void whatWasNotTakenCantBeGivenBack() {
    HeapMemory memory = new HeapMemory(100, 0.5, 1, () -> false);
    assertThatThrownBy(() -> memory.free(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memory.begin().release(1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
