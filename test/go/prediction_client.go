// Makes the calls that are asked for with the official Go prediction client, unmodified; prints what it saw as JSON.
//
// Standard input: a JSON list of calls {endpoint, service, token, direct, body, bytes, gzip, times, retries}.
package main

import (
	"encoding/json"
	"os"

	"github.com/pai-eas/eas-golang-sdk/eas"
)

type call struct {
	Endpoint string `json:"endpoint"`
	Service  string `json:"service"`
	Token    string `json:"token"`
	Direct   bool   `json:"direct"`
	Body     string `json:"body"`
	Bytes    bool   `json:"bytes"`
	Gzip     bool   `json:"gzip"`
	Times    int    `json:"times"`
	Retries  *int   `json:"retries"`
}

func main() {
	var calls []call
	if err := json.NewDecoder(os.Stdin).Decode(&calls); err != nil {
		panic(err)
	}
	outcomes := []any{}
	for _, each := range calls {
		outcomes = append(outcomes, outcome(each))
	}
	if err := json.NewEncoder(os.Stdout).Encode(outcomes); err != nil {
		panic(err)
	}
}

func outcome(c call) any {
	client := eas.NewPredictClient(c.Endpoint, c.Service)
	client.SetToken(c.Token)
	if c.Direct {
		client.SetEndpointType(eas.EndpointTypeDirect)
	}
	if c.Gzip {
		client.SetCompressType(eas.CompressTypeGzip)
	}
	if c.Retries != nil {
		client.SetRetryCount(*c.Retries)
	}
	if err := client.Init(); err != nil {
		return err.Error()
	}
	defer client.Shutdown()
	var last any
	for n := 0; n < max(c.Times, 1); n++ {
		var answer string
		var err error
		if c.Bytes {
			var data []byte
			data, err = client.BytesPredict([]byte(c.Body))
			answer = string(data)
		} else {
			answer, err = client.StringPredict(c.Body)
		}
		if refused, is := err.(*eas.PredictError); is && refused != nil {
			return map[string]int{"status": refused.Code}
		}
		if err != nil {
			return err.Error()
		}
		last = answer
		var value any
		if json.Unmarshal([]byte(answer), &value) == nil {
			last = value
		}
	}
	if c.Times > 1 {
		return c.Times
	}
	return last
}
