import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jpmml.evaluator.Evaluator;
import org.jpmml.evaluator.EvaluatorUtil;
import org.jpmml.evaluator.FieldValue;
import org.jpmml.evaluator.InputField;
import org.jpmml.evaluator.LoadingModelEvaluatorBuilder;

/** Times JPMML-Evaluator on one model and prints its answers: rows per second of CPU time of its thread, then a line per row. */
class Reference {
  public static void main(String[] args) throws Exception {
    Evaluator evaluator = new LoadingModelEvaluatorBuilder().load(new File(args[0])).build();
    evaluator.verify();
    List<Map<String, Object>> rows = read(Path.of(args[1]));
    double seconds = Double.parseDouble(args[2]);
    boolean prepared = args[3].equals("prepared");
    run(evaluator, rows, seconds, prepared);
    double best = 0;
    for (int i = 0; i < 5; i++) best = Math.max(best, run(evaluator, rows, seconds, prepared));
    System.out.println(best);
    for (int i = 0; i < 100; i++) {
      StringBuilder line = new StringBuilder();
      for (Map.Entry<String, ?> cell : score(evaluator, rows.get(i), prepared).entrySet()) {
        line.append(cell.getKey()).append('=').append(cell.getValue()).append('\t');
      }
      System.out.println(line);
    }
  }

  /** From raw values to plain values: in the steps that the project's README gives, or from the row as it is. */
  private static Map<String, ?> score(Evaluator evaluator, Map<String, Object> row, boolean prepared) {
    if (!prepared) return EvaluatorUtil.decodeAll(evaluator.evaluate(row));
    Map<String, FieldValue> arguments = new LinkedHashMap<>();
    for (InputField field : evaluator.getInputFields()) {
      String name = field.getName();
      arguments.put(name, field.prepare(row.get(name)));
    }
    return EvaluatorUtil.decodeAll(evaluator.evaluate(arguments));
  }

  private static double run(Evaluator evaluator, List<Map<String, Object>> rows, double seconds, boolean prepared) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    long count = 0;
    long seen = 0;
    while (threads.getCurrentThreadCpuTime() - start < seconds * 1e9) {
      for (Map<String, Object> row : rows) seen += score(evaluator, row, prepared).size();
      count += rows.size();
    }
    if (seen == 0) throw new IllegalStateException();
    return count / ((threads.getCurrentThreadCpuTime() - start) / 1e9);
  }

  private static List<Map<String, Object>> read(Path file) throws Exception {
    List<String> lines = Files.readAllLines(file);
    String[] names = lines.get(0).split(",");
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",");
      Map<String, Object> row = new LinkedHashMap<>();
      for (int i = 0; i < names.length; i++) {
        Object value = names[i].equals("colour") ? cells[i] : (Object) Double.valueOf(cells[i]);
        row.put(names[i], value);
      }
      rows.add(row);
    }
    return rows;
  }
}
