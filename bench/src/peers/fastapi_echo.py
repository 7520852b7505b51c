# The peer of the runtime benchmark: token check and JSON echo, written the fast way (no validation model).
import os

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

TOKEN = os.environ["TOKEN"]
app = FastAPI()


@app.post("/api/predict/demo")
async def predict(request: Request):
    if request.headers.get("authorization") != TOKEN:
        return JSONResponse({"Code": "Unauthorized"}, status_code=401)
    return JSONResponse(await request.json())
