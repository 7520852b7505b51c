import com.alibaba.fastjson.JSON;
import com.alibaba.fastjson.JSONArray;
import com.alibaba.fastjson.JSONException;
import com.alibaba.fastjson.JSONObject;
import com.aliyun.openservices.eas.predict.http.HttpConfig;
import com.aliyun.openservices.eas.predict.http.PredictClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.io.IOUtils;

/**
 * Makes the calls that are asked for with the official Java prediction client, unmodified; prints what it saw as JSON.
 *
 * <p>Standard input: a JSON list of calls {endpoint, service, token, direct, body, bytes, gzip, times,
 * compressed, retries}.
 */
public class PredictionClient {
    public static void main(String[] args) {
        try {
            JSONArray outcomes = new JSONArray();
            for (Object call : JSON.parseArray(IOUtils.toString(System.in, "UTF-8"))) {
                outcomes.add(outcome((JSONObject) call));
            }
            System.out.println(outcomes.toJSONString());
            System.exit(0); // The client's reactor threads are not daemons.
        } catch (Exception error) {
            error.printStackTrace();
            System.exit(1);
        }
    }

    private static Object outcome(JSONObject call) throws Exception {
        PredictClient client = client(call);
        int times = call.containsKey("times") ? call.getIntValue("times") : 1;
        Object last = null;
        for (int n = 0; n < times; n++) {
            try {
                last = answer(client, call);
            } catch (Exception error) {
                JSONObject refused = new JSONObject();
                refused.put("status", client.getErrorCode()); // It wraps its HttpException and keeps the code here.
                return refused;
            }
        }
        client.shutdown();
        return times == 1 ? last : times;
    }

    private static PredictClient client(JSONObject call) {
        PredictClient client = new PredictClient(new HttpConfig(2, 5000, 5000, 100, 100));
        String endpoint = call.getString("endpoint").replace("http://", "");
        client.setModelName(call.getString("service"));
        if (call.getBooleanValue("direct")) {
            client.setDirectEndpoint(endpoint);
        } else {
            client.setEndpoint(endpoint);
        }
        if (call.containsKey("token")) {
            client.setToken(call.getString("token"));
        }
        if (call.containsKey("retries")) {
            client.setRetryCount(call.getIntValue("retries"));
        }
        if (call.getBooleanValue("compressed")) {
            client.setIsCompressed(true); // Sends the body as it is, but signs the MD5 of its snappy form.
        }
        return client;
    }

    private static Object answer(PredictClient client, JSONObject call) throws Exception {
        String body = call.getString("body");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (call.getBooleanValue("gzip")) {
            bytes = gzip(bytes);
        }
        String text = call.getBooleanValue("bytes") || call.getBooleanValue("gzip")
                ? new String(client.predict(bytes), StandardCharsets.UTF_8)
                : client.predict(body);
        try {
            return JSON.parse(text);
        } catch (JSONException notJson) {
            return text;
        }
    }

    private static byte[] gzip(byte[] plain) throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(packed)) {
            stream.write(plain);
        }
        return packed.toByteArray();
    }
}
