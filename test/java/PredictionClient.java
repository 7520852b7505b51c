import com.alibaba.fastjson.JSON;
import com.alibaba.fastjson.JSONArray;
import com.alibaba.fastjson.JSONObject;
import com.aliyun.openservices.eas.predict.http.HttpConfig;
import com.aliyun.openservices.eas.predict.http.PredictClient;

/** Calls a service with the official Java prediction client, unmodified; prints what it saw as JSON. */
public class PredictionClient {
    public static void main(String[] args) {
        try {
            System.out.println(look(args).toJSONString());
            System.exit(0); // The client's reactor threads are not daemons.
        } catch (Exception error) {
            error.printStackTrace();
            System.exit(1);
        }
    }

    private static JSONObject look(String[] args) throws Exception {
        String endpoint = args[0];
        String name = args[1];
        String token = args[2];
        JSONObject seen = new JSONObject(true);
        PredictClient gateway = client().setEndpoint(endpoint).setModelName(name).setToken(token);
        seen.put("string", JSON.parse(gateway.predict("[{}]")));
        seen.put("bytes", JSON.parse(new String(gateway.predict("[{},{}]".getBytes("UTF-8")), "UTF-8")));
        // Bodies whose MD5 begins with zeros: this client drops them from the header it signs.
        JSONArray zeros = new JSONArray();
        for (int row = 0; row < 64; row++) {
            zeros.add(status(gateway, "[{\"age\":" + row + "}]"));
        }
        seen.put("md5_quirk", zeros.stream().allMatch(Integer.valueOf(200)::equals));
        seen.put("wrong_token", status(client().setEndpoint(endpoint).setModelName(name).setToken("wrong"), "[{}]"));
        seen.put("no_service", status(client().setEndpoint(endpoint).setModelName("nobody").setToken(token), "[{}]"));
        seen.put("bad_field", status(gateway, "[{\"age\":\"old\"}]"));
        PredictClient direct = client().setDirectEndpoint(endpoint).setModelName(name).setToken(token);
        seen.put("direct", JSON.parse(direct.predict("[{}]")));
        return seen;
    }

    private static PredictClient client() {
        PredictClient made = new PredictClient(new HttpConfig(2, 5000, 5000, 100, 100));
        made.setRetryCount(0);
        return made;
    }

    private static int status(PredictClient client, String body) {
        try {
            client.predict(body);
            return 200;
        } catch (Exception error) {
            return client.getErrorCode(); // This version wraps its HttpException and keeps the code here.
        }
    }
}
