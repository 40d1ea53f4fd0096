"""Serves the map by pymodbus: `tcp`, or `rtu <path> <baud>`. Prints a line of JSON once it serves."""
import asyncio
import json
import sys
import register_map
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer

def block(values):
    return ModbusSequentialDataBlock(0, values)

async def main(mode, *where):
    holding, inputs, coils, discrete = register_map.build()
    unit = ModbusSlaveContext(
        hr=block(holding), ir=block(inputs), co=block(coils), di=block(discrete), zero_mode=True
    )
    context = ModbusServerContext(slaves={1: unit}, single=False)
    if mode == "tcp":
        server = ModbusTcpServer(context, address=("127.0.0.1", 0))
        serving = asyncio.ensure_future(server.serve_forever())
        await server.serving
        port = server.server.sockets[0].getsockname()[1]
        print(json.dumps({"ready": True, "port": port}), flush=True)
    else:
        path, baud = where
        server = ModbusSerialServer(context, framer=ModbusRtuFramer, port=path, baudrate=int(baud))
        await server.start()
        serving = asyncio.ensure_future(server.serve_forever())
        print(json.dumps({"ready": True}), flush=True)
    await serving

asyncio.run(main(*sys.argv[1:]))
