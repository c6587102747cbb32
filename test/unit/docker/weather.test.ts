import { describe, expect, it } from '@jest/globals';
import { EngineAway, EngineRefused } from '../../../src/docker/engine.js';
import { isBriefWeather, isWeather, Weather, weatherReason } from '../../../src/docker/weather.js';

describe('weather', () => {
  it('is told from what a program printed, from an error, and from the code of Node', () => {
    const text = 'read unix @->/run/docker.sock: read: connection reset by peer';
    for (const failure of [text, new Error(text), Object.assign(new Error('read failed'), { code: 'ECONNRESET' })]) {
      expect(weatherReason(failure)).toBe('the connection was cut');
    }
    expect(weatherReason(new Weather('replacing api: the connection was cut'))).toBe(
      'replacing api: the connection was cut',
    );
  });

  it('counts an engine that is away, and proxies that say so', () => {
    expect(isWeather(new EngineAway('away'))).toBe(true);
    expect(isWeather(new EngineRefused(503, 'Service Unavailable'))).toBe(true);
    expect(isWeather(new EngineRefused(409, 'removal of container 4f66 is already in progress'))).toBe(true);
  });

  it('counts a stopping engine, whether it answers us or a program of Docker', () => {
    const said = 'create shop_data: database not open';
    for (const failure of [new EngineRefused(500, said), `docker: Error response from daemon: ${said}.`]) {
      expect(weatherReason(failure)).toBe('Docker is stopping');
    }
    expect(isWeather('#9 4.213 Error: database not open')).toBe(false);
  });

  it('does not count what the engine refuses for good, nor what is no failure of ours', () => {
    expect(isWeather(new EngineRefused(404, 'No such container: 4f66'))).toBe(false);
    expect(isWeather(new EngineRefused(500, 'port is already allocated'))).toBe(false);
    expect(isWeather(undefined)).toBe(false);
  });

  it('is waited for on the spot where Docker refuses what it is about to be done with', () => {
    expect(isBriefWeather(new EngineRefused(409, 'removal of container 4f66 is already in progress'))).toBe(true);
    expect(isBriefWeather(new EngineRefused(500, 'unlinkat /var/lib/docker: device or resource busy'))).toBe(true);
    expect(isBriefWeather(new EngineRefused(503, 'Service Unavailable'))).toBe(false);
    expect(isBriefWeather(new Error('device or resource busy'))).toBe(false);
  });
});
