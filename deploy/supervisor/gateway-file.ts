import { writeFile } from 'node:fs/promises'
export async function writeGatewayFile(
  file: string,
  options: { dataDir: string; natsUrl: string; modbusPort: number },
) {
  await writeFile(file, JSON.stringify(options), { flag: 'wx' }).catch(() => {})
}
