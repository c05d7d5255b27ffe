// The jobs of java_jobs.py on Firesteel's Java API: "ready", then each job that is asked for, a line "name seconds answer".
import dev.firesteel.api.FiresteelContext;
import dev.firesteel.types.Pair;
import java.util.List;

public final class FiresteelJobs {
  public static void main(String[] arguments) throws Exception {
    String text = arguments[0];
    long begun = System.nanoTime();
    try (FiresteelContext sc = FiresteelContext.local(2, "bench")) {
      tell("ready", begun, 0);
      for (String job : arguments[1].split(",")) {
        System.out.println("@" + job);
        System.in.read(); // whoever watches the memory has looked
        long began = System.nanoTime();
        long answer =
            switch (job) {
              case "words" ->
                  sc.textFile(text, 8)
                      .flatMap(line -> List.of(line.split(" ")).iterator())
                      .mapToPair(word -> Pair.of(word, 1L))
                      .reduceByKey(Long::sum)
                      .count();
              case "filter" -> sc.textFile(text, 8).filter(line -> line.length() > 80).count();
              case "python" ->
                  sc.range(0, 2_000_000, 1, 8)
                      .map(number -> "record " + number)
                      .mapPython(
                          dev.firesteel.types.PythonFunction.source("def same(x): return x", "same"))
                      .map(record -> record)
                      .count();
              default -> throw new IllegalArgumentException("there is no job " + job);
            };
        tell(job, began, answer);
      }
    }
  }

  private static void tell(String name, long began, long answer) {
    System.out.println(name + " " + (System.nanoTime() - began) / 1e9 + " " + answer);
  }
}
